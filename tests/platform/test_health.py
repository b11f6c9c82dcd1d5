import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_healthz_answers_200_while_the_database_answers(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


def test_metrics_are_in_the_prometheus_format(client: Client) -> None:
    response = client.get("/metrics")
    assert response.status_code == 200
    assert b"# HELP" in response.content
