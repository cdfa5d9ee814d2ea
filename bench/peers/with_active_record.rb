# frozen_string_literal: true

# ActiveRecord: includes and JSON.generate.

require 'active_record'
require 'sqlite3'
require_relative 'lib/protocol'

class User < ActiveRecord::Base
  has_many :posts, -> { order(:id) }, dependent: :destroy
end

class Post < ActiveRecord::Base
  has_many :comments, -> { order(:id) }, dependent: :destroy
  has_many :post_tags
  has_many :tags, -> { order(:id) }, through: :post_tags
end

class Comment < ActiveRecord::Base
  belongs_to :author, -> { select(:id, :name) }, class_name: 'User'
end

class PostTag < ActiveRecord::Base
  self.primary_key = nil # ActiveRecord 6 has no composite keys
  belongs_to :tag
end

class Tag < ActiveRecord::Base
end

class Peer
  INCLUDES = {
    'posts' => { posts: :comments },
    'all' => { posts: [{ comments: :author }, :tags] }
  }.freeze

  def open(path)
    ActiveRecord::Base.establish_connection(adapter: 'sqlite3', database: path)
    connection = ActiveRecord::Base.connection
    connection.execute('PRAGMA cache_size = -400000')
    # Comments stay whose author is deleted; the other sides do not mind either.
    connection.execute('PRAGMA foreign_keys = off')
  end

  def owners(shape, ids, &block)
    users = User.includes(INCLUDES.fetch(shape))
    users = users.where(id: ids) if ids
    users.find_each(&block)
  end

  def owner(shape, id)
    User.includes(INCLUDES.fetch(shape)).find(id)
  end

  # Attribute by attribute is faster than #attributes, and that than #to_json.
  def document(shape, user)
    { 'id' => user.id, 'name' => user.name, 'email' => user.email, 'age' => user.age,
      'city' => user.city, 'score' => user.score, 'created_at' => user.created_at,
      'posts' => user.posts.map { |post| shape == 'all' ? tagged(post) : plain(post) } }
  end

  def transaction
    ActiveRecord::Base.transaction do
      yield
      raise ActiveRecord::Rollback
    end
  end

  def delete(ids)
    User.includes(posts: :comments).where(id: ids).destroy_all.size
  end

  private

  def plain(post)
    of_post(post, post.comments.map { |comment| of_comment(comment) })
  end

  def tagged(post)
    comments = post.comments.map do |comment|
      of_comment(comment).merge!('author' => comment.author && named(comment.author))
    end
    of_post(post, comments).merge!('tags' => post.tags.map { |tag| named(tag) })
  end

  def of_post(post, comments)
    { 'id' => post.id, 'user_id' => post.user_id, 'title' => post.title, 'body' => post.body,
      'views' => post.views, 'rating' => post.rating, 'created_at' => post.created_at,
      'comments' => comments }
  end

  def of_comment(comment)
    { 'id' => comment.id, 'post_id' => comment.post_id, 'author_id' => comment.author_id,
      'body' => comment.body, 'likes' => comment.likes, 'created_at' => comment.created_at }
  end

  def named(row)
    { 'id' => row.id, 'name' => row.name }
  end
end

sqlite = SQLite3.libversion.digits(1000).reverse.join('.')
Server.new(Peer.new).serve(
  'activerecord', "#{ActiveRecord.version}, Ruby #{RUBY_VERSION}, SQLite #{sqlite}"
)
