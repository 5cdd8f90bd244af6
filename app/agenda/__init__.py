"""The agenda: what residents want for their dong, from the first idea to the plan.

A proposal is written (draft), proposed, signed by neighbours until it is an initiative (five by default), discussed in
an alley meeting whose outcome is minuted, and then taken into the plan, merged, declined with a reason, or withdrawn.
`lifeline` draws what became of it; later concepts add their steps there.
"""
