// SPDX-License-Identifier: MIT
#include "data/Value.h"

#include <algorithm>
#include <cmath>
#include <new>

namespace millrace {

/// What stands behind a Value's pointer. Text and bytes follow the header in the same allocation.
struct Value::Shared
{
    std::atomic<uint32_t> references{1};
    ValueType type;
    Shared *next = nullptr; ///< in the list of what waits to be freed

    explicit Shared(ValueType valueType) : type(valueType) {}
};

namespace {

constexpr int DeepestDestruction = 64;

} // namespace

struct Value::SharedText : Value::Shared
{
    size_t length;

    static SharedText *make(ValueType type, std::string_view content)
    {
        void *memory = ::operator new(sizeof(SharedText) + content.size());
        auto *text = new (memory) SharedText(type, content.size());
        std::memcpy(text->bytes(), content.data(), content.size());
        return text;
    }
    char *bytes() { return reinterpret_cast<char *>(this + 1); }

private:
    SharedText(ValueType textType, size_t size) : Shared(textType), length(size) {}
};

struct Value::SharedList : Value::Shared
{
    explicit SharedList(List values) : Shared(ValueType::List), list(std::move(values)) {}
    List list;
};

struct Value::SharedObject : Value::Shared
{
    explicit SharedObject(Members values) : Shared(ValueType::Object), members(std::move(values)) {}
    Members members;
};

Value::Value(Timestamp value) noexcept
{
    assign(ValueType::Timestamp, uint64_t(value.microseconds));
    std::memcpy(m_bytes, &value.zoneMinutes, 2);
    m_bytes[2] = char(value.form);
    m_bytes[3] = char(value.decimals);
    std::memcpy(m_bytes + 4, &value.nanoseconds, 2);
}

Timestamp Value::toTimestamp() const
{
    Timestamp value;
    value.microseconds = int64_t(payload());
    std::memcpy(&value.zoneMinutes, m_bytes, 2);
    value.form = uint8_t(m_bytes[2]);
    value.decimals = uint8_t(m_bytes[3]);
    std::memcpy(&value.nanoseconds, m_bytes + 4, 2);
    return value;
}

Value::Value(std::string_view text)
{
    if (text.size() > InlineText) {
        setShared(ValueType::Text, SharedText::make(ValueType::Text, text));
        return;
    }
    m_type = ValueType::Text;
    m_length = uint8_t(text.size());
    if (!text.empty())
        std::memcpy(m_bytes, text.data(), text.size());
}

Value::Value(List list)
{
    setShared(ValueType::List, new SharedList(std::move(list)));
}

Value::Value(Members members)
{
    setShared(ValueType::Object, new SharedObject(std::move(members)));
}

Value Value::bytes(std::string data)
{
    Value value;
    value.setShared(ValueType::Bytes, SharedText::make(ValueType::Bytes, data));
    return value;
}

const List &Value::toList() const
{
    return static_cast<SharedList *>(shared())->list;
}

const Members &Value::toObject() const
{
    return static_cast<SharedObject *>(shared())->members;
}

const Value *Value::member(std::string_view name) const
{
    if (!isObject())
        return nullptr;
    const Members &members = toObject();
    const auto found = std::find_if(members.begin(), members.end(), [&](const auto &m) { return m.first == name; });
    return found == members.end() ? nullptr : &found->second;
}

std::string_view Value::sharedText() const
{
    auto *text = static_cast<SharedText *>(shared());
    return {text->bytes(), text->length};
}

size_t Value::heapSize() const
{
    if (!isShared())
        return 0;
    switch (m_type) {
    case ValueType::Text:
    case ValueType::Bytes: return sizeof(SharedText) + sharedText().size();
    case ValueType::List: {
        size_t size = sizeof(SharedList);
        for (const Value &value : toList())
            size += sizeof(Value) + value.heapSize();
        return size;
    }
    default: {
        size_t size = sizeof(SharedObject);
        for (const auto &[name, value] : toObject())
            size += sizeof(Members::value_type) + (name.size() > 15 ? name.size() : 0) + value.heapSize();
        return size;
    }
    }
}

void Value::retain() const noexcept
{
    shared()->references.fetch_add(1, std::memory_order_relaxed);
}

void Value::release() noexcept
{
    Shared *const content = shared();
    if (content->references.fetch_sub(1, std::memory_order_acq_rel) == 1)
        destroy(content);
}

/// Lists within lists free each other recursively down to a depth; what is deeper waits until the stack has unwound.
void Value::destroy(Shared *content) noexcept
{
    if (content->type == ValueType::Text || content->type == ValueType::Bytes) {
        ::operator delete(static_cast<void *>(content));
        return;
    }
    thread_local int depth = 0;
    thread_local Shared *waiting = nullptr;
    if (depth >= DeepestDestruction) {
        content->next = waiting;
        waiting = content;
        return;
    }
    ++depth;
    const auto free = [](Shared *dead) {
        if (dead->type == ValueType::List)
            delete static_cast<SharedList *>(dead);
        else
            delete static_cast<SharedObject *>(dead);
    };
    free(content);
    if (depth == 1) {
        while (waiting) {
            Shared *const next = waiting;
            waiting = next->next;
            free(next);
        }
    }
    --depth;
}

bool Value::operator==(const Value &other) const
{
    if (m_type != other.m_type)
        return false;
    switch (m_type) {
    case ValueType::Null: return true;
    case ValueType::Boolean:
    case ValueType::Integer: return payload() == other.payload();
    case ValueType::Real: return toReal() == other.toReal() || (std::isnan(toReal()) && std::isnan(other.toReal()));
    case ValueType::Timestamp: return toTimestamp() == other.toTimestamp();
    case ValueType::Text:
    case ValueType::Bytes: return toText() == other.toText();
    case ValueType::List: return shared() == other.shared() || toList() == other.toList();
    case ValueType::Object: return shared() == other.shared() || toObject() == other.toObject();
    }
    return false;
}

bool isSameNumber(const Value &left, const Value &right)
{
    if (left.isInteger() && right.isInteger())
        return left.toInteger() == right.toInteger();
    return left.isNumber() && right.isNumber() && left.toReal() == right.toReal();
}

std::string_view typeName(ValueType type)
{
    switch (type) {
    case ValueType::Null: return "null";
    case ValueType::Boolean: return "boolean";
    case ValueType::Integer: return "integer";
    case ValueType::Real: return "real";
    case ValueType::Timestamp: return "timestamp";
    case ValueType::Text: return "text";
    case ValueType::Bytes: return "bytes";
    case ValueType::List: return "list";
    case ValueType::Object: return "object";
    }
    return "null";
}

} // namespace millrace
