// SPDX-License-Identifier: MIT
#include "data/text/Quote.h"
#include "images/ImageLibrary.h"
#include "steps/HalfChangedBatch.h"
#include "steps/keys/ItemGather.h"
#include "steps/keys/NewFields.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace millrace {

/// Looks at pictures, or makes others of them. The work itself is done by a library of its own (ImageLibrary).
class Image final : public Step
{
public:
    static void describe(StepBuilder<Image> &step)
    {
        step.id("image").title("Image").family(Family::Transform).icon("image");
        step.help("Works on pictures (PNG, JPEG, GIF, BMP, PPM; WebP and TIFF where Qt's parts for them are installed) "
                  "whose bytes are in a "
                  "field, as read.files gives them with \"content\": \"bytes\". For example {\"operation\": "
                  "\"resize\", \"width\": 320, "
                  "\"height\": 320, \"format\": \"jpeg\"}, then write.files. Pictures are turned as their camera says; "
                  "who took "
                  "them, and where, isn't written again. A broken one fails its item. It computes a lot: give it as "
                  "many workers as "
                  "there are cores.");
        step.synonyms({"picture", "photo", "thumbnail", "scale", "shrink", "jpeg", "png", "exif", "width", "height"});
        step.keepsItemsOnError();
        step.param("field", &Image::m_field).kind(ParamKind::FieldName).help("The field that holds the bytes.");
        step.param("operation", &Image::m_operation)
            .choices({"metadata", "read", "resize", "convert"})
            .help("metadata: an object of format, width, height and frames, without its pixels. read: all of the "
                  "picture is "
                  "read, so that a broken one is found; the object also has mean (red, green, blue, 0 to 255), "
                  "hasAlpha and isGray. "
                  "resize: a picture of another size. convert: one of another format.");
        step.param("width", &Image::m_width)
            .range(0, MostSide)
            .unit("pixels")
            .help("How wide it becomes where it is resized; 0: as the height says.");
        step.param("height", &Image::m_height)
            .range(0, MostSide)
            .unit("pixels")
            .help("How high it becomes where it is resized; 0: as the width says.");
        step.param("fit", &Image::m_fit)
            .choices({"inside", "cover", "stretch"})
            .help("inside: all of it fits in, and it is never enlarged. cover: it fills all of the space, and is cut "
                  "where it is too "
                  "long. stretch: exactly so wide and high.");
        step.param("format", &Image::m_format)
            .choices({"same", "png", "jpeg", "bmp", "ppm", "webp"})
            .help("The format of the new picture; what can be seen through becomes white in jpeg, bmp and ppm. A GIF "
                  "stays the first of its "
                  "pictures, as png where the format is to be the same.");
        step.param("quality", &Image::m_quality)
            .range(1, 100)
            .unit("%")
            .help("Of jpeg and webp, which lose a little: more is better and larger.");
        step.param("into", &Image::m_into)
            .kind(ParamKind::FieldName)
            .help("The field that gets the object or the new picture; nothing: \"image\" for an object, and the field "
                  "itself for a picture.");
        step.param("maxPixels", &Image::m_maxPixels)
            .title("Pixels at most")
            .range(1, 1e9)
            .help("A picture that says it has more fails before any memory is taken for it.");
    }
    Result<> open(const StepContext &context) override
    {
        m_context = context;
        const auto function = ImageLibrary::open();
        if (!function)
            return function.forward();
        m_function = *function;
        return isPicture() && m_format != "same" ? askFormat() : Result<>();
    }
    Result<> process(Batch &batch) override;
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override
    {
        checkFields(context, "field", {m_field}, problems);
        if (m_operation == "resize" && m_width == 0 && m_height == 0)
            problems.push_back({true, "width", "Neither a width nor a height is given; give at least one of them."});
        if (m_operation == "convert" && m_format == "same")
            problems.push_back(
                {true, "format", "It is to be converted into the format that it has; choose another one."});
    }
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        const Field added = field();
        return context.input ? context.input->with(fieldsWith(*context.input, {&added, 1})) : nullptr;
    }
    std::string summary() const override
    {
        const auto side = [](int64_t pixels) { return pixels > 0 ? std::to_string(pixels) : std::string("…"); };
        std::string text = m_operation == "resize" ? side(m_width) + " × " + side(m_height) : m_operation;
        return isPicture() && m_format != "same" ? text + ", " + m_format : text;
    }

private:
    static constexpr int MostSide = 32'767;

    bool isPicture() const { return m_operation == "resize" || m_operation == "convert"; }
    Field field() const
    {
        const std::string own = isPicture() ? m_field : "image";
        return {m_into.empty() ? own : m_into, isPicture() ? ValueType::Bytes : ValueType::Object, Role::DataInput};
    }
    Result<std::string> done(const ImageTask &task, ImageAnswer &answer) const;
    Result<> askFormat() const;
    Result<Value> workOn(const Value &content) const;
    ImageTask taskFor(std::string_view bytes) const;

    std::string m_field = "content", m_operation = "metadata", m_fit = "inside", m_format = "same", m_into;
    int64_t m_width = 0, m_height = 0, m_quality = 85, m_maxPixels = 100'000'000;
    StepContext m_context;
    ImageFunction m_function = nullptr;
};

ImageTask Image::taskFor(std::string_view bytes) const
{
    ImageTask task;
    task.bytes = bytes.data();
    task.size = bytes.size();
    task.work = m_operation == "metadata" ? ImageWork::Look
                : m_operation == "read"   ? ImageWork::Read
                                          : ImageWork::Encode;
    task.fit = m_fit == "cover" ? ImageFit::Cover : m_fit == "stretch" ? ImageFit::Stretch : ImageFit::Inside;
    if (m_operation == "resize") {
        task.width = int(m_width);
        task.height = int(m_height);
    }
    const bool isGif = bytes.starts_with("GIF8"); // which nothing here writes
    task.format = m_format != "same" ? m_format.c_str() : isGif ? "png" : nullptr;
    task.quality = int(m_quality);
    task.mostPixels = m_maxPixels;
    return task;
}

/// The new picture, if there is one; a failure's message is a clause.
Result<std::string> Image::done(const ImageTask &task, ImageAnswer &answer) const
{
    struct Taken
    {
        std::string bytes, error;
    } taken;
    answer.to = &taken;
    answer.takeBytes = [](void *to, const char *bytes, size_t size) {
        static_cast<Taken *>(to)->bytes.assign(bytes, size);
    };
    answer.takeError = [](void *to, const char *words, size_t size) {
        static_cast<Taken *>(to)->error.assign(words, size);
    };
    m_function(&task, &answer);
    if (!taken.error.empty())
        return failure(ErrorKind::Data, readableText(taken.error));
    return std::move(taken.bytes);
}

/// Whether the format can be written at all, so that not each item has to say it.
Result<> Image::askFormat() const
{
    ImageTask task;
    task.work = ImageWork::Ask;
    task.format = m_format.c_str();
    ImageAnswer answer;
    if (const auto asked = done(task, answer); !asked)
        return failure(ErrorKind::Settings, "Pictures of the format " + m_format + ' ' + asked.error().message + '.');
    return {};
}

/// The object or the new picture.
Result<Value> Image::workOn(const Value &content) const
{
    if (!content.isBytes())
        return failure(ErrorKind::Type,
                       "The field " + inQuotes(m_field) + " is " + describeValue(content)
                           + ", no bytes of a picture; read.files gives those with \"content\": \"bytes\".");
    ImageAnswer answer;
    auto bytes = done(taskFor(content.toText()), answer);
    if (!bytes)
        return failure(ErrorKind::Data,
                       "The picture in the field " + inQuotes(m_field) + ' ' + bytes.error().message + '.');
    if (isPicture())
        return Value::bytes(*std::move(bytes));
    Members members{{"format", std::string(answer.format)},
                    {"width", int64_t(answer.width)},
                    {"height", int64_t(answer.height)},
                    {"frames", int64_t(answer.frames)}};
    if (m_operation == "read") {
        const auto rounded = [](double mean) { return Value(std::round(mean * 100) / 100); };
        members.emplace_back("mean", List{rounded(answer.red), rounded(answer.green), rounded(answer.blue)});
        members.emplace_back("hasAlpha", answer.hasAlpha);
        members.emplace_back("isGray", answer.isGray);
    }
    return Value(std::move(members));
}

Result<> Image::process(Batch &batch)
{
    const SchemaPtr before = batch.schema();
    const auto place = before->find(m_field);
    if (!place && !before->isOpen())
        return failure(ErrorKind::Field, noFieldMessage(m_field, *before));
    if (!place && isPicture() && m_into.empty())
        return {}; // none of these items has it
    const Field added = field();
    const auto replaced = before->find(added.name);
    std::vector<Column> columns;
    columns.emplace_back(ColumnType::Any);
    std::vector<ItemError> errors;
    for (uint32_t row = 0; row < batch.size(); ++row) {
        if (m_context.isInterrupted())
            return failure(ErrorKind::Interrupted, "The run was stopped.");
        const Column *const contents = place ? &std::as_const(batch).column(*place) : nullptr;
        auto made = !contents || contents->isNull(row)    ? Result<Value>(Value())
                    : contents->type() == ColumnType::Any ? workOn(contents->values()[row]) // which isn't copied
                                                          : workOn(contents->value(row));
        const bool isAbsent = contents && contents->isAbsent(row) && replaced == place;
        if (made && !isAbsent) {
            columns.front().append(*std::move(made));
            continue;
        }
        const Column *const kept = replaced ? &std::as_const(batch).column(*replaced) : nullptr;
        kept ? appendFrom(columns.front(), kept, row) : columns.front().appendNull();
        if (made)
            continue;
        errors.push_back({row, made.error().kind, made.error().message, {}});
    }
    changeInPlace([&] {
        setFields(batch, {&added, 1}, std::move(columns));
        if (!errors.empty())
            batch.setSchemaOfFailed(before);
        for (ItemError &error : errors)
            batch.fail(error.row, std::move(error.kind), std::move(error.message));
    });
    return {};
}

void registerImage(StepRegistry &registry)
{
    registry.add<Image>();
}

} // namespace millrace
