"""SELECTs of the observatory, by subject: counting a year anew, comparing, alerts, visits, exports, what is due."""
