//! Plugins to a real registry and back.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "only tests")]

use harness::DockerRegistry;
use registry::{Artefact, Credentials, Published, Reference, Registry, RegistryError, RegistryOptions};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

fn artefact() -> Artefact {
    Artefact {
        name: "fan-speeds".to_owned(),
        version: "1.0.0".to_owned(),
        summary: "How fast fans turn.".to_owned(),
        wasm: wat::parse_str(r#"(component (import "acme:a/b@0.1.0" (instance)))"#).unwrap(),
        signature: Some("untrusted comment: signature\nRUR=\ntrusted comment: x\nAA==\n".to_owned()),
    }
}

fn client(credentials: Credentials) -> Registry {
    Registry::new(RegistryOptions { file_bytes: 10_000, plain_http: false, credentials })
}

fn reference(address: &str, rest: &str) -> Reference {
    format!("{address}/acme/{rest}").parse().unwrap()
}

#[tokio::test]
async fn what_is_published_is_pulled_by_tag_and_by_digest() {
    let Some(server) = DockerRegistry::start().await else { return };
    let client = client(Credentials::Anonymous);
    let tagged = reference(&server.address, "fan-speeds:1.0.0");
    let Published { reference: pinned, component } = client.publish(&artefact(), &tagged).await.unwrap();
    let digest = pinned.digest().unwrap().to_owned();
    assert_eq!(pinned.to_string(), format!("{tagged}@{digest}"));

    for asked in [tagged.clone(), pinned.clone(), reference(&server.address, &format!("fan-speeds@{digest}"))] {
        let pulled = client.pull(&asked).await.unwrap();
        assert_eq!((&pulled.wasm, &pulled.signature), (&artefact().wasm, &artefact().signature), "{asked}");
        assert_eq!(pulled.reference.digest(), Some(digest.as_str()), "{asked}");
    }

    // What lies on the disk of the registry has the names that others look for.
    let blob = |digest: &str| {
        let digits = digest.strip_prefix("sha256:").unwrap();
        let path = format!("docker/registry/v2/blobs/sha256/{}/{digits}/data", &digits[..2]);
        std::fs::read(server.storage.join(path)).unwrap()
    };
    let manifest: Value = serde_json::from_slice(&blob(&digest)).unwrap();
    assert_eq!(manifest["mediaType"], "application/vnd.oci.image.manifest.v1+json");
    assert_eq!(manifest["config"]["mediaType"], "application/vnd.wasm.config.v0+json");
    assert_eq!(manifest["layers"].as_array().map(Vec::len), Some(1));
    assert_eq!(manifest["layers"][0]["mediaType"], "application/wasm");
    assert_eq!(manifest["layers"][0]["digest"], component.as_str());
    assert_eq!(blob(&component), artefact().wasm);
    let config: Value = serde_json::from_slice(&blob(manifest["config"]["digest"].as_str().unwrap())).unwrap();
    assert_eq!((&config["architecture"], &config["os"]), (&"wasm".into(), &"wasip2".into()));
    assert_eq!(config["component"]["imports"], serde_json::json!(["acme:a/b@0.1.0"]));
}

#[tokio::test]
async fn another_version_under_a_tag_does_not_change_what_a_digest_names() {
    let Some(server) = DockerRegistry::start().await else { return };
    let client = client(Credentials::Anonymous);
    let tagged = reference(&server.address, "fan-speeds:stable");
    let first = client.publish(&artefact(), &tagged).await.unwrap();
    let second = Artefact { wasm: wat::parse_str("(component)").unwrap(), version: "2.0.0".to_owned(), ..artefact() };
    client.publish(&second, &tagged).await.unwrap();
    assert_eq!(client.pull(&tagged).await.unwrap().wasm, second.wasm);
    assert_eq!(client.pull(&first.reference).await.unwrap().wasm, artefact().wasm);
    let by_digest = client.publish(&artefact(), &first.reference).await;
    assert!(matches!(by_digest, Err(RegistryError::PublishedByDigest { .. })));
}

#[tokio::test]
async fn what_is_not_there_too_large_or_not_a_component_is_said_to_be() {
    let Some(server) = DockerRegistry::start().await else { return };
    let client = client(Credentials::Anonymous);
    let missing = reference(&server.address, "nothing:1");
    let error = client.pull(&missing).await.unwrap_err().to_string();
    assert_eq!(error, format!("{missing} is not there"));

    let large = Artefact { wasm: [artefact().wasm, custom_section(10_000)].concat(), ..artefact() };
    let tagged = reference(&server.address, "large:1");
    client.publish(&large, &tagged).await.unwrap();
    let error = client.pull(&tagged).await.unwrap_err().to_string();
    assert_eq!(error, "the plugin has more than 10000 bytes (limit `sandbox.file_bytes`)");

    let text = Artefact { wasm: b"plugin".to_vec(), ..artefact() };
    let error = client.publish(&text, &tagged).await.unwrap_err();
    assert!(matches!(error, RegistryError::NotAComponent { .. }), "{error}");
}

/// A section without a meaning, with so many octets.
fn custom_section(octets: usize) -> Vec<u8> {
    let mut section = vec![0];
    // Its size and the size of its name, in LEB128.
    let size = octets + 2;
    section.extend([(size & 0x7f) as u8 | 0x80, (size >> 7) as u8]);
    section.extend([1, b'x']);
    section.extend(vec![0; octets]);
    section
}

#[tokio::test]
async fn a_registry_with_a_password_lets_in_who_knows_it_and_no_error_repeats_it() {
    let Some(server) = DockerRegistry::start_with_password().await else { return };
    let tagged = reference(&server.address, "fan-speeds:1");
    let user =
        |password: &str| client(Credentials::User { name: DockerRegistry::USER.to_owned(), password: password.into() });
    for stranger in [client(Credentials::Anonymous), user("canary-wrong")] {
        let published = stranger.publish(&artefact(), &tagged).await.unwrap_err();
        let pulled = stranger.pull(&tagged).await.unwrap_err();
        for error in [published, pulled] {
            assert!(matches!(error, RegistryError::Refused { .. }), "{error:?}");
            assert!(error.to_string().contains("docker login"), "{error}");
            assert!(!format!("{error} {error:?} {stranger:?}").contains("canary"), "{error:?}");
        }
    }
    let known = user(DockerRegistry::PASSWORD);
    known.publish(&artefact(), &tagged).await.unwrap();
    assert_eq!(known.pull(&tagged).await.unwrap().wasm, artefact().wasm);
}

/// A registry that answers each request with the same.
async fn answering(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let answer = answer.clone();
            tokio::spawn(async move {
                let _ = stream.read(&mut [0; 4_096]).await;
                let _ = stream.write_all(&answer).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    address
}

#[tokio::test]
async fn a_manifest_without_end_is_not_read_to_its_end() {
    let mut answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    answer.resize(3 << 20, b' ');
    let address = answering(answer).await;
    let error = client(Credentials::Anonymous).pull(&reference(&address, "fans:1")).await.unwrap_err().to_string();
    assert_eq!(error, "the manifest has more than 1048576 bytes (limit `REGISTRY_MANIFEST_BYTES`)");
}

#[tokio::test]
async fn what_is_no_manifest_is_said_to_be_none() {
    let body = "<html>Welcome to the proxy</html>";
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    let address = answering(answer.into_bytes()).await;
    let error = client(Credentials::Anonymous).pull(&reference(&address, "fans:1")).await.unwrap_err().to_string();
    assert_eq!(error, "the manifest is not of a plugin: expected value at line 1 column 1");
}
