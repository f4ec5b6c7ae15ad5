"""One question, one answer, and the same streamed. pip install openai"""

import os
import sys

from openai import OpenAI

client = OpenAI(
    base_url=os.environ.get("SLUICE_URL", "http://127.0.0.1:8080/v1"),
    api_key=os.environ.get("SLUICE_KEY", "no key needed"),
)
model = os.environ.get("SLUICE_MODEL", "echo")
messages = [{"role": "user", "content": sys.argv[1] if len(sys.argv) > 1 else "Hello, Sluice"}]

answer = client.chat.completions.create(model=model, messages=messages)
print(answer.choices[0].message.content)

for chunk in client.chat.completions.create(model=model, messages=messages, stream=True):
    print(chunk.choices[0].delta.content or "", end="", flush=True)
print()
