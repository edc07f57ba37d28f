"""What AWS and its SDK can refuse, in our own words: by the code or the exception's name, never by quoting a message."""

from __future__ import annotations

import re

# the service's codes (Secrets Manager API reference, the Errors of each operation, and Common Error Types)
CODES = {
    "ResourceNotFoundException": "there is no such secret in this region, or it has no value yet",
    "ResourceExistsException": "there is one of this name already",
    "InvalidRequestException": "its state does not allow this",
    "InvalidParameterException": "this is no secret's name, or not one that this can be done with",
    "ValidationException": "this is no secret's name",
    "LimitExceededException": "a limit of the account or of the secret is reached",
    "PreconditionNotMetException": "its state does not allow this",
    "DecryptionFailure": "its key cannot be used: kms:Decrypt on the key of {resource} is needed",
    "EncryptionFailure": "its key cannot be used: kms:GenerateDataKey and kms:Decrypt on the key of {resource} are needed",
    "UnrecognizedClientException": "AWS does not know the credentials",
    "InvalidClientTokenId": "AWS does not know the credentials",
    "IncompleteSignature": "the credentials are incomplete",
    "MissingAuthenticationToken": "the credentials are incomplete",
    "InvalidSignatureException": "the credentials are wrong: the signature does not match",
    "SignatureDoesNotMatch": "the credentials are wrong: the signature does not match",
    "ExpiredTokenException": "the credentials have expired: log in again",
    "ExpiredToken": "the credentials have expired: log in again",
    "RequestExpired": "the credentials have expired, or this machine's clock is wrong",
    "UnauthorizedException": "the login has expired: aws sso login",  # of AWS SSO
    "OptInRequired": "this account may not use the service",
    "403": "access denied, by something before the service: a proxy, say",
    "413": "it is too large, says something before the service: a proxy, say",
}
DENIED = ("AccessDeniedException", "AccessDenied", "ForbiddenException", "NotAuthorized", "UnauthorizedOperation")
# botocore.retries.standard: what the SDK has tried again by the time it is told
TOO_MANY = (
    "ThrottlingException", "Throttling", "ThrottledException", "RequestThrottledException", "RequestThrottled", "RequestLimitExceeded",
    "TooManyRequestsException", "ProvisionedThroughputExceededException", "BandwidthLimitExceeded", "PriorRequestNotComplete",
    "TransactionInProgressException", "SlowDown", "429",
)  # fmt: skip
FAILING = ("InternalServiceError", "InternalServiceErrorException", "InternalFailure", "ServiceUnavailable", "500", "502", "503", "504")
# the SDK's own exceptions (botocore.exceptions), by name: some are newer than the oldest boto3 that does
EXCEPTIONS = {
    "NoRegionError": "no region: write aws-sm://REGION/NAME, or set AWS_DEFAULT_REGION",
    "InvalidRegionError": "this is no region",
    "NoCredentialsError": "no credentials: log in (aws sso login), or set AWS_PROFILE",
    "PartialCredentialsError": "the credentials are incomplete",
    "CredentialRetrievalError": "the profile's credentials could not be had",
    "RefreshWithMFAUnsupportedError": "the profile asks for a code, and nobody is here to give it",
    "ProfileNotFound": "there is no such profile: look at AWS_PROFILE",
    "ConfigParseError": "the AWS configuration file cannot be read",
    "InvalidConfigError": "the AWS configuration file does not do",
    "InfiniteLoopConfigError": "the AWS configuration file does not do: its profiles name one another",
    "EndpointConnectionError": "the endpoint cannot be reached",
    "ConnectTimeoutError": "the endpoint does not answer",
    "ReadTimeoutError": "the endpoint does not answer",
    "ConnectionClosedError": "the endpoint closed the connection",
    "ResponseStreamingError": "the endpoint's answer broke off",
    "IncompleteReadError": "the endpoint's answer broke off",
    "HTTPClientError": "the connection to the endpoint broke",
    "SSLError": "the endpoint's certificate is not trusted",
    "ProxyConnectionError": "the proxy cannot be reached",
    "InvalidProxiesConfigError": "the proxy's settings do not do",
    "SSOTokenLoadError": "not logged in: aws sso login",
    "UnauthorizedSSOTokenError": "the login has expired: aws sso login",
    "TokenRetrievalError": "the login has expired: aws sso login",
    "LoginRefreshRequired": "the login has expired: aws login",
    "LoginTokenLoadError": "not logged in: aws login",
    "LoginInsufficientPermissions": "the login may not be used: signin:CreateOAuth2Token is needed",
    "ParamValidationError": "the SDK takes this name for none",
    "MissingDependencyException": "the profile needs a part of the SDK that is not installed: awscrt",
}
# the request may have been carried out although it has no answer
UNSURE = ("ConnectionClosedError", "ReadTimeoutError", "ResponseStreamingError", "IncompleteReadError", "HTTPClientError", "ChecksumError")
OF_KMS = re.compile(r"access to kms|perform: kms:", re.IGNORECASE)
DELETED = re.compile(r"(?:marked|scheduled) (?:for )?delet", re.IGNORECASE)
NEW_NAME = re.compile(r"[A-Z][A-Za-z]{2,60}(?:Exception|Error|Failure|Fault)|[0-9]{3}")
OF_STS = ("AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML", "GetCallerIdentity")


def is_name(code: str) -> bool:
    """Whether a code may be shown: one that is known, or is called as such are. Whoever answers could have put anything there."""
    return code in CODES or code in (*DENIED, *TOO_MANY, *FAILING) or NEW_NAME.fullmatch(code) is not None


def refusal(code: str, message: str, operation: str, resource: str) -> str:
    """One sentence of ours. `code`: "" where the service's is none. Of `message` nothing is repeated: it only tells two kinds apart.

    `operation`: as the API calls it, `GetSecretValue`; `resource`: the secret, in words.
    """
    if code in DENIED:
        return denied(message, operation, resource)
    if code in TOO_MANY:
        return "AWS says that there are too many requests: try again later"
    if code in FAILING:
        return "AWS fails at the moment: try again later"
    if code in ("InvalidRequestException", "InvalidParameterException") and (said := state(message)):
        return said
    return CODES.get(code, f"AWS answers {code}" if code else "AWS answers with an error").format(resource=resource)


def denied(message: str, operation: str, resource: str) -> str:
    """Which permission is missing, on what. The service asks KMS in the caller's name, and passes that refusal on under its own code."""
    if OF_KMS.search(message):
        needed = "kms:Decrypt is" if operation == "GetSecretValue" else "kms:GenerateDataKey and kms:Decrypt are"
        return f"access denied: {needed} needed on the key of {resource}"
    if operation in OF_STS:
        return f"access denied: sts:{operation} is needed on the profile's role"
    if operation == "GetRoleCredentials":
        return "access denied: the login may not use the profile's role"
    return f"access denied: secretsmanager:{operation} is needed on {resource}"


def state(message: str) -> str:
    """What state of a secret does not allow it, as far as the service's words tell."""
    if DELETED.search(message):
        return "it is marked for deletion (aws secretsmanager restore-secret takes that back)"
    if "replica" in message.lower():
        return "it is a replica: its primary region is the one to write to"
    return ""
