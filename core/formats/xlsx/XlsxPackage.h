// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "formats/bytes/ByteSource.h"

#include <memory>
#include <string>

struct zip;

namespace millrace {

/// The parts of a workbook (.xlsx), which is a zip archive of XML documents. One thread.
class XlsxPackage
{
public:
    /// Fails with a sentence, also for what is older, or has a password.
    static Result<std::unique_ptr<XlsxPackage>> open(const std::string &path);
    ~XlsxPackage();
    XlsxPackage(const XlsxPackage &) = delete;
    XlsxPackage &operator=(const XlsxPackage &) = delete;

    bool has(const std::string &part) const;
    /// The bytes of a part, unpacked as they are read. Only while the package is open.
    Result<std::unique_ptr<ByteSource>> read(const std::string &part) const;
    const std::string &path() const { return m_path; }

private:
    XlsxPackage(std::string path, struct zip *archive) : m_path(std::move(path)), m_archive(archive) {}

    std::string m_path;
    struct zip *m_archive; ///< never null
};

} // namespace millrace
