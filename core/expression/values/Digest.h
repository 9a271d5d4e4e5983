// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace {

enum class Digest : uint8_t {
    Sha256,
    Sha1,
    Md5,
    Xxh3 ///< XXH3 of 64 bits: quick, for telling apart, not for keeping secrets or against anybody's ill will
};

/// The digest of these bytes, in hexadecimal digits, as sha256sum, sha1sum, md5sum and xxhsum -H3 print it. Safe on any thread.
std::string digestOf(Digest digest, std::string_view bytes);

} // namespace millrace
