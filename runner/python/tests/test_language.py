"""CPython's own language tests, rewritten: the fast ones, where this Python has them."""

import unittest

import language_oracle


class Language(unittest.TestCase):
    def test_the_languages_own_tests_have_the_same_outcomes(self):
        self.check("rewritten")

    def test_also_where_the_program_says_where_the_interpreter_can_switch(self):
        self.check("switches")

    def check(self, mode):
        for name in filter(language_oracle.exists, language_oracle.FAST):
            with self.subTest(name):
                _, found = language_oracle.differences(name, mode)
                self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
