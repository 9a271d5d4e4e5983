// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

/// Whether the file of a picture ends before the picture does, by the way in which it is divided, where the format says that: most readers take such
/// a file for one whose rest is grey, and say nothing. `format`: "jpeg", "png", "gif" or "bmp"; of others it isn't known here.
bool endsEarly(const QByteArray &format, const QByteArray &bytes);

/// How many scans a JPEG is made of: a few, where it comes from a camera or a program. Each costs as much time as the whole picture has pixels.
qsizetype scansOf(const QByteArray &jpeg);

/// A PNG without the texts that are in it, which may be packed so that a few bytes become very many; the same bytes where there are few.
QByteArray withoutTexts(const QByteArray &png);
