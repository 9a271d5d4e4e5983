// SPDX-License-Identifier: MIT
#include "pipeline/PipelineFile.h"

#include "data/files/AtomicFile.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>

namespace millrace {

namespace {

constexpr size_t LargestFile = size_t(64) << 20; // some hundred thousand steps

std::string reason()
{
    return errno != 0 ? std::strerror(errno) : "the reason is not known";
}

Failure tooLarge()
{
    return failure(ErrorKind::Io, "It has more than " + std::to_string(LargestFile >> 20)
                                      + " MiB, far too much for a pipeline file; is it another one?");
}

} // namespace

Result<LoadedPipeline> loadPipeline(const std::string &path)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return failure(ErrorKind::Io, "It is a folder; name the pipeline file in it.");
    if (std::filesystem::is_character_file(path, error) || std::filesystem::is_block_file(path, error))
        return failure(ErrorKind::Io, "It is a device; name a pipeline file.");
    if (std::filesystem::is_regular_file(path, error) && std::filesystem::file_size(path, error) > LargestFile)
        return tooLarge();
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return failure(ErrorKind::Io, errno == ENOENT ? "There is no such file; check its name."
                                                      : "It can't be opened: " + reason() + '.');
    return readPipeline(file);
}

Result<LoadedPipeline> readPipeline(std::istream &stream)
{
    constexpr size_t AtOnce = 64 * 1024;
    std::string text;
    for (size_t length = 0; stream; text.resize(length)) {
        text.resize(length + AtOnce);
        errno = 0;
        stream.read(text.data() + length, AtOnce);
        length += size_t(stream.gcount());
        if (length > LargestFile)
            return tooLarge();
    }
    if (stream.bad())
        return failure(ErrorKind::Io, "It can't be read: " + reason() + '.');
    return parsePipeline(text);
}

Result<> savePipeline(const Pipeline &pipeline, const std::string &path)
{
    AtomicFile file;
    if (auto opened = file.open(path); !opened)
        return opened;
    if (auto written = file.append(writePipeline(pipeline)); !written)
        return written;
    return file.commit();
}

} // namespace millrace
