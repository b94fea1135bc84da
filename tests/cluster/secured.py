"""A real broker that asks who one is: by certificate on one port, by password on another, and looks up what one may."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from aiguillage.rights import Right
from chassis.bus import Access, Cluster
from tests.authority import Authority
from tests.kafka import KafkaCluster, a_kafka

BY_CERTIFICATE, BY_PASSWORD = 2, 3
"""Beyond the first port, where its administrator is at home."""
ITERATIONS = 4_096
ADMIN_SECONDS = 30
SETTINGS = """
listeners=PLAINTEXT://127.0.0.1:{0},CONTROLLER://127.0.0.1:{1},SSL://127.0.0.1:{2},SASL_SSL://127.0.0.1:{3}
advertised.listeners=PLAINTEXT://127.0.0.1:{0},SSL://127.0.0.1:{2},SASL_SSL://127.0.0.1:{3}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
ssl.keystore.type=PEM
ssl.keystore.location={folder}/keystore.pem
ssl.truststore.type=PEM
ssl.truststore.location={folder}/authority.pem
ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/
listener.name.ssl.ssl.client.auth=required
listener.name.sasl_ssl.ssl.client.auth=none
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=\\
 org.apache.kafka.common.security.scram.ScramLoginModule required;
"""


@dataclass(frozen=True, slots=True)
class Secured:
    """The broker, its authority's folder, and its administrator."""

    kafka: KafkaCluster
    authority: Authority
    folder: Path
    first_port: int
    admin: AdminClient

    def add_user(self, name: str) -> None:
        """Let somebody in by a password."""
        credential = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS)
        wanted = UserScramCredentialUpsertion(name, credential, password_of(name).encode())
        for done in self.admin.alter_user_scram_credentials([wanted]).values():
            done.result(ADMIN_SECONDS)

    def grant(self, rights: Iterable[Right]) -> None:
        """Add ACLs."""
        for done in self.admin.create_acls([_binding(right) for right in rights]).values():
            done.result(ADMIN_SECONDS)

    def withdraw(self, right: Right) -> None:
        """Take one back."""
        binding = _binding(right)
        same = AclBindingFilter(
            binding.restype,
            binding.name,
            binding.resource_pattern_type,
            binding.principal,
            binding.host,
            binding.operation,
            binding.permission_type,
        )
        for done in self.admin.delete_acls([same]).values():
            assert done.result(ADMIN_SECONDS)

    def answer_to_reading(self, user: str, topic: str) -> str:
        """What the broker says to a user who reads a topic from its beginning: `OK`, or the error's name.

        Whoever may read a topic may be told of it: who is not even told may not read.
        """
        with Consumer(self._reading(user)) as reader:
            if unseen := reader.list_topics(topic, ADMIN_SECONDS).topics[topic].error:
                return unseen.name()
            reader.assign([TopicPartition(topic, 0, OFFSET_BEGINNING)])
            message = reader.poll(ADMIN_SECONDS)
            assert message is not None, "no answer"
            error = message.error()
            return error.name() if error else "OK"

    def wait_until_told(self, user: str, topic: str) -> None:
        """Until a user is let in and told of a topic: a broker heeds its administrator a little after it answers."""
        with Consumer(self._reading(user)) as reader:
            while reader.list_topics(topic, ADMIN_SECONDS).topics[topic].error:
                pass

    def _reading(self, user: str) -> dict[str, str | int]:
        told: dict[str, str | int] = {"bootstrap.servers": self.at(BY_PASSWORD), "log_level": 0}
        told |= {"security.protocol": "SASL_SSL", "ssl.ca.location": str(self.folder / "authority.pem")}
        told |= {"sasl.mechanism": "SCRAM-SHA-512", "group.id": f"{user}.reading"}
        return told | {"sasl.username": user, "sasl.password": password_of(user)}

    def at(self, listener: int) -> str:
        """Where the broker listens to those who come by certificate, or by password."""
        return f"127.0.0.1:{self.first_port + listener}"

    def settings_of(self, user: str) -> dict[str, str]:
        """What a user who has a password is told."""
        return {
            "security_protocol": "SASL_SSL",
            "ca_file": str(self.folder / "authority.pem"),
            "user": user,
            "password": password_of(user),
        }

    def cluster_of(self, user: str) -> Cluster:
        """The cluster as a user who has a password reaches it."""
        return Cluster(self.at(BY_PASSWORD), Access.model_validate(self.settings_of(user)))


def password_of(user: str) -> str:
    """A user's password, like no other word of a log."""
    return f"secret-of-{user.lower()}"


@contextmanager
def a_secured_kafka(folder: Path) -> Iterator[Secured]:
    """One broker, nobody let in yet but its administrator."""
    authority = Authority.named("authority", folder)
    certificate = authority.issue("broker")
    (folder / "keystore.pem").write_bytes(
        certificate.with_suffix(".key").read_bytes() + certificate.read_bytes()
    )

    def settings(_: Path, port: int) -> str:
        return SETTINGS.format(*range(port, port + 4), folder=folder)

    with a_kafka(more=settings) as kafka:
        port = int(kafka.bootstrap.rpartition(":")[2])
        yield Secured(
            kafka,
            authority,
            folder,
            port,
            AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 0}),
        )


def _binding(right: Right) -> AclBinding:
    return AclBinding(
        ResourceType[right.resource.upper()],
        right.name,
        ResourcePatternType.PREFIXED if right.is_prefix else ResourcePatternType.LITERAL,
        f"User:{right.principal}",
        "*",
        AclOperation[right.operation.upper()],
        AclPermissionType.ALLOW,
    )
