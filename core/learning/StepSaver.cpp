// SPDX-License-Identifier: MIT
#include "learning/StepSaver.h"

#include "data/BatchCodec.h"
#include "data/errors/ExceptionError.h"
#include "data/json/StateText.h"

#include <bit>

namespace millrace {

namespace {

constexpr size_t LargeState = 64 * 1024; ///< bytes of JSON from which on nobody reads it

/// The whole record as JSON. Goes last.
class JsonStepSaver final : public StepSaver
{
public:
    std::string_view name() const override { return "json"; }
    bool canLoad(const StepRecord &, const StepFiles &files) const override { return files.has("json"); }
    Result<> save(StepRecord &record, StepFiles &files) const override
    {
        Members members{{"step", Value(record.id)}, {"type", Value(record.type)}, {"params", Value(record.params)}};
        if (!record.state.isNull())
            members.emplace_back("learnt", record.state);
        if (!record.extra.empty())
            members.emplace_back("extra", Value(record.extra));
        return files.write("json", toStateText(Value(std::move(members))));
    }
    Result<> load(StepRecord &record, const StepFiles &files) const override
    {
        const auto text = files.read("json");
        if (!text)
            return text.forward();
        const auto saved = parseStateText(*text);
        if (!saved)
            return failure(ErrorKind::Damaged, "Its JSON file can't be understood: " + saved.error().message + '.');
        const Value *type = saved->member("type"), *params = saved->member("params");
        if (!type || !params || !params->isObject() || *type != Value(record.type))
            return failure(ErrorKind::Damaged, "Its JSON file is that of another step.");
        record.params = params->toObject();
        if (const Value *state = saved->member("learnt"))
            record.state = *state;
        if (const Value *extra = saved->member("extra"); extra && extra->isObject())
            record.extra = extra->toObject();
        return {};
    }
};

/// A large state in a binary file of its own: a mark, a version, then the value.
class BinaryStepSaver final : public StepSaver
{
public:
    std::string_view name() const override { return "binary"; }
    bool canLoad(const StepRecord &, const StepFiles &files) const override { return files.has("bin"); }
    Result<> save(StepRecord &record, StepFiles &files) const override
    {
        if (record.state.isNull() || record.state.heapSize() <= LargeState)
            return {};
        std::string bytes(Mark);
        encodeValue(bytes, record.state);
        record.state = {};
        return files.write("bin", bytes);
    }
    Result<> load(StepRecord &record, const StepFiles &files) const override
    {
        const auto text = files.read("bin");
        if (!text)
            return text.forward();
        std::string_view bytes = *text;
        if (!bytes.starts_with(Mark))
            return failure(ErrorKind::Damaged, "Its binary file isn't one of this version and this kind of machine.");
        bytes.remove_prefix(Mark.size());
        auto state = decodeValue(bytes);
        if (!state || !bytes.empty())
            return failure(ErrorKind::Damaged, "Its binary file can't be understood.");
        record.state = *std::move(state);
        return {};
    }

private:
    static constexpr std::string_view Mark =
        std::endian::native == std::endian::little ? "millrace-1-little\n" : "millrace-1-big\n";
};

} // namespace

StepSavers::StepSavers() : m_default{std::make_shared<BinaryStepSaver>(), std::make_shared<JsonStepSaver>()} {}

SaverChain StepSavers::chainOf(const std::string &type) const
{
    const auto own = m_ofType.find(type);
    SaverChain chain = own == m_ofType.end() ? SaverChain() : own->second;
    chain.insert(chain.end(), m_default.begin(), m_default.end());
    return chain;
}

Result<> saveStep(StepRecord record, const SaverChain &chain, StepFiles &files)
{
    for (const auto &saver : chain) {
        if (auto saved = caught([&] { return saver->save(record, files); }); !saved)
            return saved;
    }
    return {};
}

Result<StepRecord> loadStep(StepRecord record, const SaverChain &chain, const StepFiles &files)
{
    bool isLoaded = false;
    for (auto saver = chain.rbegin(); saver != chain.rend(); ++saver) {
        const Result<bool> loaded = caught([&]() -> Result<bool> {
            if (!(*saver)->canLoad(record, files))
                return false;
            auto done = (*saver)->load(record, files);
            return done ? Result<bool>(true) : Result<bool>(done.forward());
        });
        if (!loaded)
            return loaded.forward();
        isLoaded |= *loaded;
    }
    if (!isLoaded)
        return failure(ErrorKind::Damaged, "None of its files is there.");
    return record;
}

} // namespace millrace
