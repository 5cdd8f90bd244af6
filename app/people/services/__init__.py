"""Use cases of people.

`sign_ins` begins and ends signed-in browsers, `sign_up` and `contacts` make and confirm, `account` changes and closes,
`reset` recovers, `second_factor` and `passkeys` prove more than a password, `roles` and `invitations` appoint,
`verification` finds residents on the roll, `rolls` and `imports` keep it, `limits` slows down guessing.
"""
