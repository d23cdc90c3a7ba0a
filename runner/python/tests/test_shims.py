"""The extension carries every shim."""

import pathlib
import re
import unittest

HERE = pathlib.Path(__file__).parent.parent


class Shims(unittest.TestCase):
    def test_the_extension_carries_every_file_of_the_folder(self):
        listed = re.findall(r'\.\./shims/(\w+)\.py', (HERE / "src/boot.rs").read_text())
        found = [path.stem for path in (HERE / "shims").glob("*.py")]
        self.assertEqual(sorted(listed), sorted(found))


if __name__ == "__main__":
    unittest.main()
