// SPDX-License-Identifier: MIT
#include "formats/xlsx/XlsxPackage.h"

#include "data/files/FilePath.h"
#include "data/text/Quote.h"

#include <zip.h>

#include <cstdio>

namespace millrace {

namespace {

/// A file's first eight bytes where it is one of those that older programs wrote, and newer ones write where there is a password.
bool isCompoundFile(const std::string &path)
{
    constexpr unsigned char Mark[] = {0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1};
    unsigned char begin[sizeof Mark] = {};
    const std::unique_ptr<std::FILE, int (*)(std::FILE *)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
    return file && std::fread(begin, 1, sizeof begin, file.get()) == sizeof begin
           && std::equal(std::begin(begin), std::end(begin), std::begin(Mark));
}

class XlsxPart final : public ByteSource
{
public:
    XlsxPart(zip_file_t *file, std::string name) : m_file(file), m_name(std::move(name)) {}
    ~XlsxPart() override { zip_fclose(m_file); }
    Result<size_t> read(char *to, size_t most) override
    {
        const zip_int64_t count = zip_fread(m_file, to, most);
        if (count < 0)
            return failure(ErrorKind::Io, "The workbook's part " + inQuotes(m_name)
                                              + " is damaged: " + zip_error_strerror(zip_file_get_error(m_file)) + '.');
        return size_t(count);
    }

private:
    zip_file_t *m_file;
    std::string m_name;
};

} // namespace

Result<std::unique_ptr<XlsxPackage>> XlsxPackage::open(const std::string &path)
{
    if (std::string problem = readProblem(path); !problem.empty())
        return failure(ErrorKind::Io, std::move(problem));
    if (isCompoundFile(path))
        return failure(ErrorKind::Parse,
                       "The file " + inQuotes(fileName(path))
                           + " is an old workbook (.xls), or has a password; save it as .xlsx without "
                             "one.");
    int code = 0;
    zip_t *archive = isRegularFile(path) ? zip_open(path.c_str(), ZIP_RDONLY, &code) : nullptr;
    if (!archive)
        return failure(ErrorKind::Parse,
                       "The file " + inQuotes(fileName(path)) + " is no workbook (.xlsx), or is damaged.");
    return std::unique_ptr<XlsxPackage>(new XlsxPackage(path, archive));
}

XlsxPackage::~XlsxPackage()
{
    zip_discard(m_archive);
}

bool XlsxPackage::has(const std::string &part) const
{
    return zip_name_locate(m_archive, part.c_str(), ZIP_FL_NOCASE) >= 0;
}

Result<std::unique_ptr<ByteSource>> XlsxPackage::read(const std::string &part) const
{
    zip_file_t *file = zip_fopen(m_archive, part.c_str(), ZIP_FL_NOCASE);
    if (!file)
        return failure(ErrorKind::Parse, "The file " + inQuotes(fileName(m_path))
                                             + " is no workbook (.xlsx): it has no " + inQuotes(part) + '.');
    return std::unique_ptr<ByteSource>(std::make_unique<XlsxPart>(file, part));
}

} // namespace millrace
