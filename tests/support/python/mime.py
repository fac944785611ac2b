"""Reads one mail with Python's MIME library and prints it as JSON: what another program understands of it."""

import email.policy
import json
import sys

with open(sys.argv[1], "rb") as file:
    mail = email.message_from_binary_file(file, policy=email.policy.default)
parts = [part for part in mail.walk() if not part.is_multipart()]
print(json.dumps({
    "type": mail.get_content_type(),
    "headers": [[name, str(value)] for name, value in mail.items()],
    "parts": [
        {
            "type": part.get_content_type(),
            "charset": part.get_content_charset(),
            "encoding": part["Content-Transfer-Encoding"],
            "text": part.get_content(),
        }
        for part in parts
    ],
}))
