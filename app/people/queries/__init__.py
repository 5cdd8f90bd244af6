"""SELECTs about people: `sign_ins` who is signed in, `people` accounts and roles of a place, `rolls` the voter roll."""
