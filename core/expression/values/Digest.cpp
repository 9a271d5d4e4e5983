// SPDX-License-Identifier: MIT
#include "expression/values/Digest.h"

#include <QByteArray>
#include <QCryptographicHash>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace millrace {

std::string digestOf(Digest digest, std::string_view bytes)
{
    if (digest == Digest::Xxh3) {
        XXH64_canonical_t canonical;
        XXH64_canonicalFromHash(&canonical, XXH3_64bits(bytes.data(), bytes.size()));
        return QByteArray(reinterpret_cast<const char *>(canonical.digest), sizeof canonical.digest)
            .toHex()
            .toStdString();
    }
    const auto algorithm = digest == Digest::Sha256 ? QCryptographicHash::Sha256
                           : digest == Digest::Sha1 ? QCryptographicHash::Sha1
                                                    : QCryptographicHash::Md5;
    return QCryptographicHash::hash(QByteArray::fromRawData(bytes.data(), qsizetype(bytes.size())), algorithm)
        .toHex()
        .toStdString();
}

} // namespace millrace
