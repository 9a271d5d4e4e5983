// SPDX-License-Identifier: MIT
#pragma once

#include "data/Value.h"

#include <QCache>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QSize>
#include <QThreadPool>

#include <optional>

namespace millrace {

/// Bytes of items that are pictures: what they are, and small copies of them, which are made on another thread and kept for a
/// while. Only formats that are pixels: nothing in an item's bytes leads to another file. GUI thread.
class ItemPictures : public QObject
{
    Q_OBJECT

public:
    static constexpr int Widest = 480; ///< pixels of a copy's longer side

    explicit ItemPictures(QObject *parent = nullptr);
    ~ItemPictures() override;

    struct Facts
    {
        QString format; ///< "PNG"
        QSize size;     ///< pixels

        bool operator==(const Facts &) const = default;
    };
    /// By its first bytes; nothing where the value is no picture that can be shown.
    std::optional<Facts> factsOf(const Value &value) const;
    /// The picture no larger than Widest; null while it isn't made yet, which ready() tells of, and where it is damaged.
    QImage picture(const Value &value);

Q_SIGNALS:
    void ready();

private:
    size_t keyOf(const Value &value) const;

    mutable QCache<size_t, std::optional<Facts>> m_facts;
    QCache<size_t, QImage> m_pictures; ///< by the bytes that they take
    QSet<size_t> m_open;               ///< that are being made
    QThreadPool m_pool;                ///< last: waits for its threads before the rest goes
};

} // namespace millrace
