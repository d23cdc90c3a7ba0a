"""Imports a module that remembers."""
import decimal

assert decimal.getcontext().prec == 28, "somebody has been here"
decimal.getcontext().prec = 5
