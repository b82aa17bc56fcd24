"""The pytest plugin: fixtures `sandbox` and `partner`, a reset before each test, the journal in the report of a failed one."""

import pytest

from .sandbox import Sandbox, SandboxDied


def pytest_addoption(parser):
    parser.addini("bacasable_binary", "the program bacasable, or CONSOLE_URL[,GATEWAY_URL] of a running server", default="")
    parser.addini("bacasable_fixtures", "a fixtures folder of one's own", default="")
    parser.addini("bacasable_settings", "settings of the server, one KEY=VALUE a line", type="linelist", default=[])
    parser.addini("bacasable_reset", "put everything back before each test", type="bool", default=True)


@pytest.fixture(scope="session")
def sandbox_of_session(pytestconfig):
    """The server: one for each session, so one for each worker of pytest-xdist."""
    settings = dict(line.split("=", 1) for line in pytestconfig.getini("bacasable_settings"))
    binary, fixtures = pytestconfig.getini("bacasable_binary"), pytestconfig.getini("bacasable_fixtures")
    fixtures = pytestconfig.rootpath / fixtures if fixtures else None
    with Sandbox(binary or None, fixtures, settings) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(request, sandbox_of_session):
    """The server, as at its start."""
    if request.config.getini("bacasable_reset"):
        sandbox_of_session.reset()
    request.node.bacasable = sandbox_of_session
    return sandbox_of_session


@pytest.fixture
def partner(sandbox):
    """partner("editeur-demo"): the partner of this id."""
    return sandbox.partner


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report, sandbox = outcome.get_result(), getattr(item, "bacasable", None)
    if sandbox is None or not report.failed or call.when != "call":
        return
    try:
        lines = sandbox.explain(limit=50)
    except SandboxDied as death:
        lines = str(death).splitlines()
    if lines:
        report.sections.append(("bacasable: refused and failed requests", "\n".join(lines)))
