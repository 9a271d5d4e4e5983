// SPDX-License-Identifier: MIT
#include "pipeline/PipelineFile.h"

#include "data/AtomicFile.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace millrace {

namespace {

constexpr uintmax_t LargestFile = 512u << 20;

std::string reason()
{
    return errno != 0 ? std::strerror(errno) : "the reason is not known";
}

} // namespace

Result<LoadedPipeline> loadPipeline(const std::string &path)
{
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return failure("io", "It is a folder; name the pipeline file in it.");
    const uintmax_t size = std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
    if (!error && size > LargestFile)
        return failure("io", "It has " + std::to_string(size >> 20)
                                 + " MiB, far too much for a pipeline file; is it another one?");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return failure("io", errno == ENOENT ? "There is no such file; check its name."
                                             : "It can't be opened: " + reason() + '.');
    std::ostringstream text;
    text << file.rdbuf();
    if (file.bad())
        return failure("io", "It can't be read: " + reason() + '.');
    return parsePipeline(text.view());
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
