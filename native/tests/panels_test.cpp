// The inner loops of bilinear.h, against sums in float64 one after another.
#include "kernels/gemm.h"

#include <sstream>

#include "check.h"
#include "kernels/transforms.h"
#include "kernels/transpose.h"

namespace nc::test {
namespace {

template <typename... Parts>
std::string text(const Parts&... parts) {
  std::ostringstream out;
  (out << ... << parts);
  return out.str();
}

// Rows around the tiles of 4, 6 and 12; depths around the chain of 256; gaps between rows that nothing may touch.
template <typename T>
void multiply(int64_t rows, int64_t depth, int64_t count, bool transposed, bool add, bool hostile) {
  constexpr int64_t panel = kPanel<T>;
  const int64_t gap = 3, out_row = panel + gap;
  std::vector<std::vector<T>> as, bs;
  std::vector<Factors<T>> factors;
  for (int64_t f = 0; f < count; ++f) {
    as.push_back(random_numbers<T>(rows * depth));
    bs.push_back(random_numbers<T>(depth * panel));
    if (hostile) spoil(f % 2 == 0 ? as.back() : bs.back());
  }
  for (int64_t f = 0; f < count; ++f) factors.push_back({as[f].data(), bs[f].data(), depth});
  const int64_t a_row = transposed ? 1 : depth, a_depth = transposed ? rows : 1;
  const std::vector<T> before = random_numbers<T>(rows * out_row);
  std::vector<T> out = before;
  gemm_panel(factors.data(), count, rows, a_row, a_depth, add, out.data(), out_row);
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < out_row; ++c) {
      const T old = before[r * out_row + c], found = out[r * out_row + c];
      const std::string where = text(sizeof(T), " bytes, ", rows, " rows, depth ", depth, " × ", count,
                                     transposed ? ", transposed" : "", add ? ", added" : "", ", at ", r, ", ", c);
      if (c >= panel) {
        expect(found == old, where + ": written outside");
        continue;
      }
      double sum = add ? old : 0, scale = std::abs(sum);
      for (int64_t f = 0; f < count; ++f)
        for (int64_t k = 0; k < depth; ++k) {
          const double product = static_cast<double>(as[f][r * a_row + k * a_depth]) * bs[f][k * panel + c];
          sum += product;
          scale += std::abs(product);
        }
      // What is not finite depends on no order here: no sum of finite products overflows.
      expect(is_close(found, sum, std::isfinite(scale) ? scale : 0, 2 + depth * count),
             where + text(": found ", found, ", expected ", sum));
    }
}

template <typename T>
void multiply_all() {
  for (const int64_t rows : {1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 17, 24, 29})
    for (const int64_t depth : {1, 2, 31, 255, 256, 257, 600})
      for (const bool add : {false, true}) multiply<T>(rows, depth, 1 + (rows + depth) % 3, rows % 2 == 0, add, false);
  for (const int64_t rows : {1, 6, 13}) multiply<T>(rows, 40, 2, false, true, true);
}

template <typename T>
void transpose() {
  constexpr int64_t panel = kPanel<T>;
  for (const int64_t gap : {0, 5}) {
    const int64_t from_row = panel + gap, to_row = panel + 2 * gap;
    std::vector<T> from = random_numbers<T>(panel * from_row);
    spoil(from);
    std::vector<T> to(panel * to_row, T(9));
    transpose_square(from.data(), from_row, to.data(), to_row);
    for (int64_t r = 0; r < panel; ++r)
      for (int64_t c = 0; c < to_row; ++c) {
        const T found = to[r * to_row + c], expected = c < panel ? from[c * from_row + r] : T(9);
        expect(std::isnan(expected) ? std::isnan(found) : found == expected, text(sizeof(T), " bytes, at ", r, ", ", c));
      }
  }
}

// to = M · from · Mᵀ by the definition, M given row by row: the published matrices of F(4, 3) in 0, ±2/3, ±3/2 and ∞, and
// of Karatsuba's product.
using Matrix = std::vector<std::vector<double>>;

const Matrix kIdentity = {{1}};
const Matrix kWinogradIn = {{1, 0, -97. / 36, 0, 1, 0},
                            {0, 243. / 260, 729. / 520, -27. / 65, -81. / 130, 0},
                            {0, -243. / 260, 729. / 520, 27. / 65, -81. / 130, 0},
                            {0, -16. / 195, -32. / 585, 12. / 65, 8. / 65, 0},
                            {0, 16. / 195, -32. / 585, -12. / 65, 8. / 65, 0},
                            {0, 1, 0, -97. / 36, 0, 1}};
const Matrix kWinogradWeight = {
    {1, 0, 0}, {1, 2. / 3, 4. / 9}, {1, -2. / 3, 4. / 9}, {1, 1.5, 2.25}, {1, -1.5, 2.25}, {0, 0, 1}};
const Matrix kWinogradOut = {{1, 1, 1, 1, 1, 0},
                             {0, 2. / 3, -2. / 3, 1.5, -1.5, 0},
                             {0, 4. / 9, 4. / 9, 2.25, 2.25, 0},
                             {0, 8. / 27, -8. / 27, 3.375, -3.375, 1}};
const Matrix kKaratsubaIn = {{1, 1}, {0, 1}, {1, 0}};
const Matrix kKaratsubaWeight = {{0, 1, 0}, {0, -1, 1}, {1, -1, 0}};
const Matrix kKaratsubaOut = {{1, 1, 0}, {1, 0, 1}};

Matrix transposed(const Matrix& m) {
  Matrix result(m[0].size(), std::vector<double>(m.size()));
  for (size_t r = 0; r < m.size(); ++r)
    for (size_t c = 0; c < m[0].size(); ++c) result[c][r] = m[r][c];
  return result;
}

// `clipped`: the last row and the first column of `from` are not there, nor may the first row of `to` be written.
template <typename T>
void transform(Transform<T> kernel, const Matrix& m, int64_t panels, bool add, bool clipped) {
  const int64_t in = m[0].size(), out = m.size(), width = kPanel<T>;
  const int64_t cut = clipped && in > 1 && out > 1 ? 1 : 0;
  const std::vector<T> from = random_numbers<T>(panels * in * in * width);
  const std::vector<T> before = random_numbers<T>(panels * out * out * width);
  std::vector<T> to = before;
  kernel({from.data(), in * width, width, in * in * width, 0, in - cut, cut, in},
         {to.data(), out * width, width, out * out * width, cut, out, 0, out}, panels * width);
  for (int64_t p = 0; p < panels; ++p)
    for (int64_t r = 0; r < out; ++r)
      for (int64_t c = 0; c < out; ++c)
        for (int64_t lane = 0; lane < width; ++lane) {
          const int64_t at = ((p * out + r) * out + c) * width + lane;
          double sum = r < cut || add ? before[at] : 0, scale = std::abs(sum);
          for (int64_t i = 0; r >= cut && i < in - cut; ++i)
            for (int64_t j = cut; j < in; ++j) {
              const double product = m[r][i] * m[c][j] * from[((p * in + i) * in + j) * width + lane];
              sum += product;
              scale += std::abs(product);
            }
          expect(is_close(to[at], sum, scale, 24), text(sizeof(T), " bytes, ", in, " to ", out, add ? ", added" : "",
                                                        clipped ? ", clipped" : "", ", at ", r, ", ", c, ": found ",
                                                        to[at], ", expected ", sum));
        }
}

template <typename T>
void transform_all(Algorithm algorithm, const Matrix& in, const Matrix& weight, const Matrix& out) {
  const Transforms<T>& all = transforms_of<T>(algorithm);
  for (const int64_t panels : {1, 2, 3})
    for (const bool clipped : {false, true}) {
      transform(all.in, in, panels, false, clipped);
      transform(all.in_transposed, transposed(in), panels, true, clipped);
      transform(all.weight, weight, panels, false, clipped);
      transform(all.weight_transposed, transposed(weight), panels, false, clipped);
      transform(all.out, out, panels, false, clipped);
      transform(all.out_transposed, transposed(out), panels, false, clipped);
    }
}

template <typename T>
void transform_each() {
  transform_all<T>(Algorithm::positions, kIdentity, kIdentity, kIdentity);
  transform_all<T>(Algorithm::winograd4, kWinogradIn, kWinogradWeight, kWinogradOut);
  transform_all<T>(Algorithm::karatsuba2, kKaratsubaIn, kKaratsubaWeight, kKaratsubaOut);
}

const Test panels_tests[] = {
    {"gemm_panel, float32", multiply_all<float>},  {"gemm_panel, float64", multiply_all<double>},
    {"transpose_square, float32", transpose<float>},   {"transpose_square, float64", transpose<double>},
    {"transforms_of, float32", transform_each<float>}, {"transforms_of, float64", transform_each<double>},
};

}  // namespace
}  // namespace nc::test
