"""Talking about the agenda: reasons and worries side by side, comments, and meetings held live.

Arguments stand in three equal columns and take no replies. Comments are threaded. Whoever stumbles over a text reports
it; a moderator hides it for a published reason or leaves it, and the log of that is public. Live meetings put the
statements of an opinion round before people in a room (`app.deliberation`) and end in agendas that carry their evidence.
"""
