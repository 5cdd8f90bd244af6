"""Reading draws: who stands (`candidates`), what pages show (`pages`), what is due (`todos`)."""
