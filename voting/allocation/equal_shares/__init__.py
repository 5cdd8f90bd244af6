"""The Method of Equal Shares (Peters and Skowron 2020; Peters, Pierczyński and Skowron 2021, with costs).

The budget is split equally among the voters. A project can be bought when its supporters together can pay its cost,
each paying in proportion to what the project is worth to them but never more than they have left. Of all projects that
can be bought, the one with the smallest price per unit of utility is next. Two engines compute it, independently
written and exact: ``exact`` in plain Python for reading, ``certified`` with numpy for speed.
"""
