// SPDX-License-Identifier: MIT
#include "data/errors/ErrorKind.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace millrace {

namespace {

constexpr std::pair<std::string_view, std::string_view> Texts[] = {
    {ErrorKind::Call, "wrong call"},           {ErrorKind::Cancelled, "cancelled"},
    {ErrorKind::Category, "unknown category"}, {ErrorKind::Codec, "damaged data"},
    {ErrorKind::Console, "script output"},     {ErrorKind::Crash, "crashed process"},
    {ErrorKind::Damaged, "damaged file"},      {ErrorKind::Data, "wrong data"},
    {ErrorKind::Ended, "closed connection"},   {ErrorKind::Engine, "engine fault"},
    {ErrorKind::Fail, "simulated failure"},    {ErrorKind::Field, "missing field"},
    {ErrorKind::Fields, "wrong fields"},       {ErrorKind::Fit, "can't learn"},
    {ErrorKind::Fitted, "other fitting"},      {ErrorKind::Interrupted, "stopped"},
    {ErrorKind::Io, "file or device"},         {ErrorKind::Limit, "too many failed"},
    {ErrorKind::Memory, "out of memory"},      {ErrorKind::Param, "wrong setting"},
    {ErrorKind::Params, "wrong setting"},      {ErrorKind::Parse, "unreadable"},
    {ErrorKind::Pipeline, "wrong pipeline"},   {ErrorKind::Process, "worker process"},
    {ErrorKind::Program, "program"},           {ErrorKind::Protocol, "protocol"},
    {ErrorKind::Range, "out of range"},        {ErrorKind::Script, "script error"},
    {ErrorKind::Secret, "missing secret"},     {ErrorKind::Settings, "wrong settings"},
    {ErrorKind::State, "wrong state"},         {ErrorKind::Step, "faulty step"},
    {ErrorKind::Stopped, "stopped"},           {ErrorKind::Syntax, "syntax error"},
    {ErrorKind::Threads, "no threads"},        {ErrorKind::Time, "time is up"},
    {ErrorKind::Timeout, "took too long"},     {ErrorKind::Trust, "not trusted"},
    {ErrorKind::Type, "wrong type"},           {ErrorKind::Unfitted, "not fitted"},
    {ErrorKind::Union, "uneven branches"},     {ErrorKind::Version, "newer version"},
    {ErrorKind::Database, "database error"},   {ErrorKind::Http, "refused request"},
    {ErrorKind::Network, "lost connection"},   {ErrorKind::Cluster, "refused by the cluster"},
};

} // namespace

std::string_view errorKindText(std::string_view kind)
{
    const auto *const found = std::ranges::find(Texts, kind, &std::pair<std::string_view, std::string_view>::first);
    return found == std::end(Texts) ? kind : found->second;
}

} // namespace millrace
