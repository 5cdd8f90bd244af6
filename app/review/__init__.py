"""Department review in depth: criteria with reasons and laws, questions back, objections, notes, the pre-review checklist.

The review itself (who was asked, the verdict) stands in `app.plan`: freezing depends on it. What leads to the verdict,
and what may follow it, stands here.
"""
