"""Django's PostgreSQL backend; it sees without a round trip whether a connection still lives."""
