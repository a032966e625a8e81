"""The reference of the assignment; its modules import none of ours."""
