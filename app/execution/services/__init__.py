"""Use cases of execution, by task: projects, money, news, evaluating."""
