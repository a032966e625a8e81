from autograder.probes import sharing


def test_list_in_two_columns_is_told():
    def one_list(rows):
        ids = list(rows[0])
        return {"input_ids": [ids], "labels": [ids]}

    found = sharing.common_lists(one_list, [[1, 2]])

    assert found == [("result['input_ids'][0]", "result['labels'][0]")]


def test_list_of_the_arguments_is_told():
    found = sharing.common_lists(lambda rows: {"labels": rows[0]}, [[1, 2]])

    assert found == [("result['labels']", "argument[0][0]")]


def test_equal_lists_are_not_told():
    found = sharing.common_lists(lambda rows: [rows[0][:], rows[0][:]], [[1, 2]])

    assert found == []
