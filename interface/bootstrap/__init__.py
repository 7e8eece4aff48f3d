"""The one join: composes the services of an archive from the rooms of ``infrastructure``.

Not here: what the services do, and the command line. The verifier needs none of this
(``interface.verifying``).
"""
