"""Several questions at once; in a serial group Sluice puts them in line. pip install openai"""

import asyncio
import os

from openai import AsyncOpenAI

client = AsyncOpenAI(
    base_url=os.environ.get("SLUICE_URL", "http://127.0.0.1:8080/v1"),
    api_key=os.environ.get("SLUICE_KEY", "no key needed"),
)
model = os.environ.get("SLUICE_MODEL", "echo")


async def ask(question: str) -> str:
    answer = await client.chat.completions.create(model=model, messages=[{"role": "user", "content": question}])
    return answer.choices[0].message.content or ""


async def main() -> None:
    for answer in await asyncio.gather(*(ask(f"Question {number}") for number in range(1, 4))):
        print(answer)


asyncio.run(main())
