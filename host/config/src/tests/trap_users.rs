//! Rules of `[[traps.users]]`.

use super::*;

#[test]
fn the_level_of_a_user_is_as_high_as_its_passwords_allow() {
    let traps = traps_of(
        "
[[traps.users]]
name = 'none'
[[traps.users]]
name = 'signed'
auth_password = 'longenough'
[[traps.users]]
name = 'both'
auth_protocol = 'sha-256'
auth_password = 'longenough'
priv_protocol = 'AES256'
priv_password = 'longenough'
[[traps.users]]
name = 'both'
level = 'authNoPriv'
auth_protocol = 'MD5'
auth_password = 'old password'
priv_password = 'old password'
",
    );
    let shown: Vec<_> = traps
        .listener
        .users
        .iter()
        .map(|user| format!("{} {} of {}", user.user.name(), user.level, user.user.level()))
        .collect();
    expect![[r#"
        none noAuthNoPriv of noAuthNoPriv
        signed authNoPriv of authNoPriv
        both authPriv of authPriv
        both authNoPriv of authPriv"#]]
    .assert_eq(&shown.join("\n"));
}

#[test]
fn a_user_without_passwords_is_a_warning() {
    check(
        "[[traps.users]]\nname = 'open'\n",
        &[],
        &[],
        &expect![[r#"
        name = "open"  # proxy.toml:2:1
        warning: proxy.toml:1:1: traps.users: anybody can send notifications in the name of "open": no password is asked for"#]],
    );
    check(
        "[[traps.users]]\nname = 'open'\nauth_password = 'canary-canary'\nlevel = 'noauthnopriv'\n",
        &[],
        &[],
        &expect![[r#"
            name = "open"           # proxy.toml:2:1
            level = "noAuthNoPriv"  # proxy.toml:4:1
            auth_password = "***"   # proxy.toml:3:1
            warning: proxy.toml:1:1: traps.users: anybody can send notifications in the name of "open": no password is asked for"#]],
    );
}

#[test]
fn every_mistake_in_a_user_is_reported_with_its_place() {
    check(
        "
[[traps.users]]
auth_password = 'canary-canary'

[[traps.users]]
name = 'a name with more than thirty-two octets'
auth_protocol = 'ROT13'
auth_password = 'canary'
priv_protocol = 'AES'
priv_password = 'canary'

[[traps.users]]
name = 'privacy-only'
priv_password = 'canary-canary'

[[traps.users]]
name = 'too-much'
level = 'authPriv'
auth_password = 'canary-canary'

[[traps.users]]
name = 'half'
level = 'authNoPriv'
auth_protocol = 'SHA'

[[traps.users]]
name = 'twice'
auth_password = 'canary-canary'
auth_password_file = '/nowhere/auth'
passwrod = 'canary'

[[traps.users]]
name = 'twice'
auth_password = 'canary-canary'
auth_password_file = '/nowhere/auth'

[[traps.users]]
name = 'gone'
auth_password_file = '/nowhere/auth'

[[traps.users]]
name = 'both'
level = 'higher'
",
        &[],
        &[],
        &expect![[r#"
            proxy.toml:2:1: traps.users: an entry needs a name
            proxy.toml:24:1: traps.users.auth_protocol: does nothing without auth_password
            proxy.toml:30:1: traps.users.passwrod: unknown key, did you mean priv_password?
            proxy.toml:35:1: traps.users.auth_password_file: is given beside auth_password; give only one of them
            proxy.toml:43:1: traps.users.level: expected "noAuthNoPriv", "authNoPriv" or "authPriv", found the text "higher"
            proxy.toml:6:1: traps.users.name: has at most 32 octets
            proxy.toml:7:1: traps.users.auth_protocol: is one of MD5, SHA, SHA224, SHA256, SHA384, SHA512, NONE
            proxy.toml:8:1: traps.users.auth_password: needs at least 8 octets
            proxy.toml:10:1: traps.users.priv_password: needs at least 8 octets
            proxy.toml:12:1: traps.users.auth_password: is missing: privacy requires authentication
            proxy.toml:18:1: traps.users.level: authPriv needs priv_password
            proxy.toml:39:1: traps.users.auth_password_file: cannot read /nowhere/auth: No such file or directory (os error 2)"#]],
    );
}

#[test]
fn passwords_may_stand_in_files() {
    let (_auth_folder, auth) = secret_file(" longenough\n");
    let (_priv_folder, privacy) = secret_file("short\n");
    let users = |rest: &str| format!("[[traps.users]]\nname = 'u'\nauth_password_file = {auth:?}\n{rest}");
    assert_eq!(traps_of(&users("")).listener.users[0].level.as_str(), "authNoPriv");
    let said = load(&sources(&users(&format!("priv_password_file = {privacy:?}")), &[], &[])).unwrap_err();
    assert_eq!(said.to_string(), "proxy.toml:4:1: traps.users.priv_password_file: needs at least 8 octets");
}
