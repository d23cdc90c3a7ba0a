"""Changes the environment."""
import os

assert "MARK" not in os.environ, "somebody has been here"
os.environ["MARK"] = "1"
