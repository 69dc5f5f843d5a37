"""The tests: real parts (servers, files, runs), each test one promise."""
