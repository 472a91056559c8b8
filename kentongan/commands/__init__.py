"""One module a command: ``configure(parser)`` declares its arguments, ``run(options, settings)`` does the work."""
