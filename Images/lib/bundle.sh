# shellcheck shell=bash disable=SC2154 # Images/build sets what is shared
# Signed update bundles.

# signing_keys: sets update_ca, update_certificate and update_key; makes keys for development when none are given.
signing_keys() {
    local keys=${CONVENE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/convene}/update-keys-for-development
    if [ -n "${CONVENE_UPDATE_KEY:-}" ]; then
        update_key=$CONVENE_UPDATE_KEY
        update_certificate=${CONVENE_UPDATE_CERTIFICATE:?CONVENE_UPDATE_KEY needs CONVENE_UPDATE_CERTIFICATE}
        update_ca=${CONVENE_UPDATE_CA:?CONVENE_UPDATE_KEY needs CONVENE_UPDATE_CA}
        return
    fi
    if [ ! -s "$keys/signer.pem" ]; then
        printf 'build: no CONVENE_UPDATE_KEY: making keys for development in %s\n' "$keys"
        mkdir -p "$keys"
        chmod 0700 "$keys"
        openssl req -x509 -newkey rsa:3072 -nodes -days 7300 -subj '/O=Convene/CN=Convene development CA' \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
            -keyout "$keys/ca.key" -out "$keys/ca.pem" 2>/dev/null
        openssl req -newkey rsa:3072 -nodes -subj '/O=Convene/CN=Convene development signer' \
            -keyout "$keys/signer.key" -out "$keys/signer.csr" 2>/dev/null
        printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=emailProtection\n' \
            >"$keys/signer.ext"
        openssl x509 -req -in "$keys/signer.csr" -CA "$keys/ca.pem" -CAkey "$keys/ca.key" -CAcreateserial -days 7300 \
            -extfile "$keys/signer.ext" -out "$keys/signer.new" 2>/dev/null
        mv "$keys/signer.new" "$keys/signer.pem"
    fi
    update_ca=$keys/ca.pem update_certificate=$keys/signer.pem update_key=$keys/signer.key
}

# make_bundle BOARD VERSION FILE
make_bundle() {
    local board=$1 version=$2 file=$3 tree=$work/bundle
    rm -rf "$tree" "$file"
    mkdir -p "$tree"
    ln "$work/root.img" "$tree/root.img"
    ln "$work/boot.img" "$tree/boot.img"
    cat >"$tree/manifest.raucm" <<END
[update]
compatible=convene-$board
version=$version

[bundle]
format=verity

[image.root]
filename=root.img

[image.boot]
filename=boot.img
END
    rauc --cert="$update_certificate" --key="$update_key" --keyring="$update_ca" bundle "$tree" "$file" >"$work/rauc.log" 2>&1 ||
        { cat "$work/rauc.log" >&2; return 1; }
}
