// SPDX-License-Identifier: MIT
#include "expression/values/Digest.h"
#include "steps/keys/HoldingStep.h"
#include "steps/keys/ItemGather.h"
#include "steps/keys/NewFields.h"
#include "steps/keys/PlainText.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

namespace millrace {

/// Fingerprints of items.
class Hash final : public Step
{
public:
    static void describe(StepBuilder<Hash> &step)
    {
        step.id("hash").title("Hash").family(Family::Transform).icon("hash");
        step.help("Gives each item a fingerprint of some of its fields, for telling whether they have changed or are "
                  "there twice, for example {\"fields\": [\"name\", \"birthday\"], \"into\": \"key\"}. Of a single "
                  "field it is that of the text as it would be written (as sha256sum says it of a file), and null "
                  "where the field is; of several that of a JSON list of their values.");
        step.synonyms({"fingerprint", "digest", "checksum", "sha256", "md5", "sha1", "xxhash", "key"});
        step.param("fields", &Hash::m_fields).help("The fields that count; none: all data inputs.");
        step.param("algorithm", &Hash::m_algorithm)
            .choices({"sha256", "sha1", "md5", "xxh3"})
            .help("How it is computed: xxh3 (64 bits) is by far the quickest, and no protection against anybody who "
                  "wants two items to look the same; nor are md5 and sha1.");
        step.param("into", &Hash::m_into)
            .kind(ParamKind::FieldName)
            .help("The field that gets it; it is added where the items have none of that name.");
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkFields(context, "fields", m_fields, problems);
        if (m_into.empty())
            problems.push_back({true, "into", "The field for the fingerprint has no name; give it one."});
    }
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        const Field added{m_into, ValueType::Text};
        return context.input ? context.input->with(fieldsWith(*context.input, std::span(&added, 1))) : nullptr;
    }
    std::string summary() const override { return m_algorithm + (m_fields.empty() ? "" : " of " + joined(m_fields)); }

private:
    Digest digest() const
    {
        return m_algorithm == "xxh3"   ? Digest::Xxh3
               : m_algorithm == "md5"  ? Digest::Md5
               : m_algorithm == "sha1" ? Digest::Sha1
                                       : Digest::Sha256;
    }

    std::vector<std::string> m_fields;
    std::string m_algorithm = "sha256", m_into = "hash";
};

Result<> Hash::process(Batch &batch)
{
    const Schema &schema = *batch.schema();
    if (auto known = requireFields(schema, m_fields); !known)
        return known;
    std::vector<const Column *> columns;
    findColumns(batch, m_fields, columns);
    if (m_fields.empty())
        for (size_t i = 0; i < schema.size(); ++i)
            if (schema.field(i).role == Role::DataInput)
                columns.push_back(&batch.column(i));
    Column hashes(ColumnType::Text);
    std::string room;
    for (size_t row = 0; row < batch.size(); ++row) {
        if (columns.size() != 1) {
            List values;
            for (const Column *column : columns)
                values.push_back(column ? column->value(row) : Value());
            hashes.appendText(digestOf(digest(), toJson(Value(std::move(values)))));
        } else if (!columns[0] || columns[0]->isNull(row)) {
            hashes.appendNull();
        } else {
            const std::string_view written = columns[0]->written(row); // 1.10
            hashes.appendText(digestOf(digest(), written.empty() ? plainTextAt(*columns[0], row, room) : written));
        }
    }
    std::vector<Column> added;
    added.push_back(std::move(hashes));
    const Field field{m_into, ValueType::Text};
    setFields(batch, std::span(&field, 1), std::move(added));
    return {};
}

void registerHash(StepRegistry &registry)
{
    registry.add<Hash>();
}

} // namespace millrace
