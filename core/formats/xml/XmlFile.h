// SPDX-License-Identifier: MIT
#pragma once

#include "formats/bytes/FileBytes.h"
#include "formats/xml/XmlRecords.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace millrace {

/// The records of one XML file: unpacked, and in the encoding that it names. One thread, but for taken() and length(), which are safe on any.
class XmlFile
{
public:
    static constexpr const char *AutoEncoding = "auto";

    /// `path`: as FileBytes has it. `parts`: as XmlRecords has them. Fails with a sentence.
    static Result<std::unique_ptr<XmlFile>> open(const std::string &path,
                                                 const std::string &encoding,
                                                 std::vector<std::string> parts,
                                                 int stopFd = -1);

    /// As XmlRecords::next(); a failure begins with the file's name.
    Result<std::optional<XmlRecord>> next();
    const std::vector<std::string> &others() const { return m_records->others(); }
    /// Bytes of the file, and how many of them were read.
    uint64_t length() const { return m_file.length(); }
    uint64_t taken() const { return m_file.taken(); }

private:
    class Beginning;

    XmlFile() = default;
    Result<> start(const std::string &encoding, std::vector<std::string> parts);

    FileBytes m_file;
    std::unique_ptr<ByteSource> m_unpacked; ///< null: it isn't packed
    std::unique_ptr<ByteSource> m_text;     ///< as UTF-8
    std::unique_ptr<XmlRecords> m_records;  ///< the last, for it borrows the others
};

} // namespace millrace
