#!/bin/sh
# Installs fastapi 0.165.0 (starlette 1.10.0, pydantic 2.14.4, httpx 0.28.1) into a temporary folder and posts one
# JSON body, {"target": "ä"}, in several encodings, with the content type application/json and no charset.
#
# RFC 8259 section 8.1 has UTF-8 only, and the quick mending of "a byte order mark is refused" strips EF BB BF. FastAPI
# hands the octets to json.loads, which finds the encoding out (json.detect_encoding): also UTF-16 and UTF-32 in both
# orders of octets are taken, with a mark and without one, told apart by their zeros. One mark is skipped, a second is
# an error at place 0. Octets that are no text are a 400 and no 422.
#
# Seen, on Python 3.11:
#   utf-8 200, utf-8-sig 200, utf-16 200, utf-16-be 200, utf-16-le 200, utf-32 200, utf-32-be 200, utf-32-le 200,
#   two marks 422 json_invalid at body,0
#
# Clients of a FastAPI program, such as scripts that post files of PowerShell 5 (UTF-16 by default), lean on it
# without knowing. Ends with 0 while that is so. snmp-proxy reads the same encodings in its JSON bodies.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install \
    fastapi==0.165.0 starlette==1.10.0 pydantic==2.14.4 httpx==0.28.1
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel


class Poll(BaseModel):
    target: str


app = FastAPI()


@app.post("/poll")
def poll(body: Poll):
    return body.target


client = TestClient(app)
text = '{"target": "ä"}'


def post(octets):
    return client.post("/poll", content=octets, headers={"content-type": "application/json"})


for encoding in ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "utf-32-be", "utf-32-le"]:
    answer = post(text.encode(encoding))
    print(encoding, answer.status_code, answer.text)
    assert (answer.status_code, answer.json()) == (200, "ä"), encoding

answer = post(b"\xef\xbb\xbf" + text.encode("utf-8-sig"))
print("two marks", answer.status_code, answer.text)
assert answer.status_code == 422 and answer.json()["detail"][0]["loc"] == ["body", 0]
PYTHON
