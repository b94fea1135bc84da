"""What a cluster means when it does not let us in, or not do something: in an operator's words."""

import ssl

from aiokafka import errors

from chassis.settings.access import PREFIX
from chassis.unavailable import Unavailable


class Refused(Unavailable):
    """The cluster answers, and refuses us: trying again helps once somebody has changed a right or a setting."""


WORDS: dict[type[errors.KafkaError], str] = {
    errors.SaslAuthenticationFailed: f"authentification refusée : vérifiez {PREFIX}USER et le mot de passe.",
    errors.AuthenticationFailedError: f"authentification refusée : vérifiez {PREFIX}USER et le mot de passe.",
    errors.UnsupportedSaslMechanismError: f"mécanisme refusé : vérifiez {PREFIX}SASL_MECHANISM.",
    errors.IllegalSaslStateError: (
        f"le courtier n'attend pas de mot de passe ici : vérifiez {PREFIX}SECURITY_PROTOCOL."
    ),
    errors.TopicAuthorizationFailedError: "droit refusé sur un sujet : l'ACL manque.",
    errors.GroupAuthorizationFailedError: "droit refusé sur un groupe de lecture : l'ACL Read manque.",
    errors.ClusterAuthorizationFailedError: "droit refusé sur le cluster : l'ACL manque.",
}
EXPIRED, OTHER_HOST, OTHER_ADDRESS = 10, 62, 64
"""OpenSSL's codes of why a certificate is not believed."""


def refusal(error: BaseException) -> str | None:
    """What an error says of us, if it is the cluster's refusal and not its absence."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _disbelieved(error)
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return _unspoken(error)
    if isinstance(error, errors.KafkaError):
        words = next((words for kind, words in WORDS.items() if isinstance(error, kind)), None)
        return f"{words} ({_said(error)})" if words else None
    return None


def _said(error: errors.KafkaError) -> str:
    return ", ".join([type(error).__name__, *(str(each) for each in error.args if isinstance(each, str))])


def _disbelieved(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == EXPIRED:
        return "le certificat du courtier a expiré : son exploitant doit le renouveler."
    if error.verify_code in {OTHER_HOST, OTHER_ADDRESS}:
        return "le certificat du courtier ne porte pas ce nom : appelez-le par un nom qu'il porte."
    return (
        "le certificat du courtier n'est pas signé par une autorité connue : "
        f"vérifiez {PREFIX}CA_FILE ({error.verify_message})."
    )


def _unspoken(error: ssl.SSLError) -> str:
    reason = error.reason or str(error)
    if "CERTIFICATE" in reason or "UNKNOWN_CA" in reason:
        return f"le courtier refuse notre certificat : vérifiez {PREFIX}CERTIFICATE_FILE ({reason})."
    return f"le courtier ne parle pas TLS comme nous : vérifiez {PREFIX}SECURITY_PROTOCOL ({reason})."
