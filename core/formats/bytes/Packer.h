// SPDX-License-Identifier: MIT
#pragma once

#include "data/files/AtomicFile.h"
#include "formats/bytes/Unpacker.h"

#include <memory>
#include <string>
#include <string_view>

struct archive;

namespace millrace {

/// How a file of that name is packed: ".gz", ".zst", ".xz", ".bz2" and ".lz4" at its end say so.
Packing packingOfName(std::string_view name);

/// Packs what is written to a file. One thread. Two runs that write the same bytes make the same file.
class Packer
{
public:
    /// The file is borrowed, and open.
    Packer(AtomicFile &file, Packing packing);
    ~Packer();
    Packer(const Packer &) = delete;
    Packer &operator=(const Packer &) = delete;

    Result<> append(std::string_view bytes);
    /// Writes what belongs to the end; nothing may be appended any more.
    Result<> finish();

private:
    static long write(archive *, void *own, const void *bytes, size_t count);
    Result<> open();
    Failure whyNot() const;

    AtomicFile &m_file;
    Packing m_packing;
    archive *m_archive;
    bool m_isOpen = false, m_isFinished = false;
    std::unique_ptr<Error> m_fileError; ///< of the file itself
};

} // namespace millrace
