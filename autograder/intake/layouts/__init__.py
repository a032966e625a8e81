"""How exports of a class name submissions: one module for each system."""
