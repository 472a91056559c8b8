"""Local accounts: passwords, second factor, sessions. Who a person is and may do stays in ``casework.people``."""
