"""The promises of the chess.com client, over real sockets."""
