// SPDX-License-Identifier: MIT
#pragma once

#include <QCryptographicHash>

#include <string>
#include <string_view>

namespace millrace {

/// Takes texts with their lengths, so that nothing can be moved from one to the next without another print.
class Print
{
public:
    void add(std::string_view text)
    {
        const std::string length = std::to_string(text.size()) + ':';
        addBytes(length);
        addBytes(text);
    }
    /// A part of one text, whose length is said elsewhere.
    void addBytes(std::string_view bytes) { m_hash.addData(QByteArrayView(bytes.data(), qsizetype(bytes.size()))); }
    std::string toHex() const { return m_hash.result().toHex().toStdString(); }

private:
    QCryptographicHash m_hash{QCryptographicHash::Sha256};
};

} // namespace millrace
