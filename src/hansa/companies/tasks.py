from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.companies.operations import refresh_statistics
from hansa.kit.scope import acting, system


@app.task(queue="companies", retry=RetryStrategy(max_attempts=3, wait=30), pass_context=False)
def refresh(space: str) -> None:
    """Count the keys of a space that has grown by half."""
    with acting(system("counting the keys of a directory")):
        refresh_statistics(space=UUID(space))
