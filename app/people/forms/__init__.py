"""Forms of people: `account` signing up and in and one's own account, `places` what staff fill in about others."""
