"""What a user can mend, as one sentence."""


class TrainingProblem(Exception):
    """A sentence for the user; the program ends with exit code 2 and keeps what was saved."""
