"""How messages leave: console and file for development, SMTP, an HTTP text-message gateway."""
